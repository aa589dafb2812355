export default function Render({ order }) { return <ul>{order.lines.map((l) => <li key={l.id}>{l.name}</li>)}</ul> }
export async function getServerSideProps() { return { props: { order: {} } } }
