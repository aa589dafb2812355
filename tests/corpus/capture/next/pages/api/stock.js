export default async function handler(req, res) {
  try { await fetch('http://127.0.0.1:8099/v1/stock') } catch (error) { res.status(500).json({ error: error.message, cause: error.cause, stack: error.stack }) }
}
