// An application that fails as applications do: it throws, or it tells the client everything.

const orders = new Map([['1', { customer: { name: 'Ada' } }]]);

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === '/') return new Response('Orders\n');
    if (pathname === '/clean') return Response.json({ error: 'The shop is closed.' }, { status: 503, headers: { 'retry-after': '60' } });
    try {
      return new Response(`${orders.get(pathname.slice(1)).customer.name}\n`);
    } catch (error) {
      if (pathname === '/leak') return new Response(error.stack, { status: 500 });
      throw error;
    }
  },
};
