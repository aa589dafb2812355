const { initTRPC, TRPCError } = require('@trpc/server'), { createHTTPServer } = require('@trpc/server/adapters/standalone'), { z } = require('zod'), fail = require('./fail');
const t = initTRPC.create({ isDev: process.argv[3] === 'debug' });
createHTTPServer({ router: t.router({
  run: t.procedure.input(z.string()).query(async ({ input }) => fail[input]()),
  order: t.procedure.input(z.object({ sku: z.string(), qty: z.number().int().min(1) })).mutation(() => 1),
  own: t.procedure.query(() => { throw new TRPCError({ code: 'FORBIDDEN', message: 'You are not the owner of this basket.' }); }),
}) }).listen(+process.argv[2], '127.0.0.1');
