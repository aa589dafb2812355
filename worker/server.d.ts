/** What Deno and Bun serve; the settings are in the environment. */
declare const server: { port: number; hostname: string; development: boolean; fetch(request: Request): Promise<Response> };
export default server;
