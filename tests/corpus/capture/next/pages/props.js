import fs from 'node:fs'
export default function Props() { return null }
export async function getServerSideProps() { return { props: JSON.parse(fs.readFileSync('/etc/shop/home.json', 'utf8')) } }
