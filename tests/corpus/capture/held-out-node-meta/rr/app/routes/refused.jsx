export async function loader() { await fetch('http://127.0.0.1:23997/beds'); return null; } export default function Beds() { return null; }
