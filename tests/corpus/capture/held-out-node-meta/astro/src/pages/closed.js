export function GET() { return new Response(JSON.stringify({ error: 'The garden is closed in winter' }), { status: 503, headers: { 'Content-Type': 'application/json' } }); }
