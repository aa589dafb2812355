import { Links, Meta, Outlet, Scripts } from 'react-router';
export default function Root() { return <html lang="en"><head><title>Garden</title><Meta /><Links /></head><body><Outlet /><Scripts /></body></html>; }
