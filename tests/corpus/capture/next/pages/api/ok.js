export default function handler(req, res) { res.status(500).json({ message: 'Une erreur est survenue. Veuillez réessayer plus tard.' }) }
