// A worker that fails in the usual ways, and a shop API that does not tell
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const fail = {
      '/null': () => { const cart = null; return cart.items.length; },
      '/json': () => JSON.parse('{"total": 12,}'),
      '/fetch': () => fetch('http://127.0.0.1:19009/stock'),
      '/binding': () => env.INVENTORY.get('sku:4711'),
      '/kv': () => env.missing(),
      '/url': () => new URL('/orders'),
      '/atob': () => atob('%%%'),
      '/header': () => new Response('', { headers: { 'x-a': 'a\nb' } }),
      '/recursion': () => { const f = () => f(); return f(); },
      '/crypto': () => crypto.subtle.importKey('raw', new Uint8Array(3), { name: 'AES-GCM' }, false, ['encrypt']),
      '/cause': () => { try { JSON.parse(''); } catch (cause) { throw new Error('cannot read the configuration of inventory:8080', { cause }); } },
    };
    const [, form, name] = pathname.match(/^\/(\w+)(\/\w+)$/) ?? [];
    if (form === 'uncaught') return fail[name]();
    try {
      return Response.json(await fail[name]());
    } catch (e) {
      if (form === 'stack') return Response.json({ message: e.message, stack: e.stack, cause: e.cause?.stack }, { status: 500 });
      if (form === 'text') return new Response(String(e), { status: 500 });
      if (form === 'html') return new Response(`<h1>Error</h1><pre>${e.stack.replace(/</g, '&lt;')}</pre>`, { status: 500, headers: { 'content-type': 'text/html' } });
      if (form === 'lines') return Response.json({ errors: e.stack.split('\n').map(s => s.trim()) }, { status: 500 });
      return Response.json({ error: 'internal_error', requestId: '7d1f0c6e51a94a8e9a3d0e8f5b7a9c11', message: 'Something went wrong. Please try again.' }, { status: 500 });
    }
  },
};
