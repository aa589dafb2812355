// The application: a worker of its own, which knows nothing of Backstop.

const prices = new Map([['tea', 3]]);

export default {
  async fetch(request) {
    const { hostname, pathname } = new URL(request.url);
    if (pathname === '/') return new Response(`Welcome to ${hostname}, ${request.headers.get('x-request-id')}\n`);
    if (pathname === '/throw') throw new Error(`no price in ${JSON.stringify([...prices])}`);
    try {
      return new Response(`${prices.get(pathname.slice(1)).toFixed(2)}\n`);
    } catch (error) {
      return new Response(error.stack, { status: 500 });
    }
  },
};
