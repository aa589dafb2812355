export default function Bed() { const bed = undefined; return <p>{bed.plants}</p>; }
