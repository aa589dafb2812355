import { error } from '@sveltejs/kit'; export function load() { error(503, 'The garden is closed in winter'); }
