export default async function handler(req, res) { const session = null; res.json(session.user) }
