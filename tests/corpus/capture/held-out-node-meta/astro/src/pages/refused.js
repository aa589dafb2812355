export async function GET() { return fetch('http://127.0.0.1:23997/beds'); }
