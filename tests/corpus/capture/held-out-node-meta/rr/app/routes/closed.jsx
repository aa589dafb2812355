import { data } from 'react-router'; export async function loader() { throw data('The garden is closed in winter', { status: 503 }); } export default function Beds() { return null; }
