import { error } from '@sveltejs/kit'; export function GET() { error(410, { message: 'This plant is no longer sold', code: 'GONE' }); } export function POST() { return 'seed'; }
