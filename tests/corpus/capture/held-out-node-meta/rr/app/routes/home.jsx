export default function Home() { return <p>Garden</p>; }
