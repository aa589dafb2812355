import { index, route } from '@react-router/dev/routes';
export default [index('routes/home.jsx'), route('null', 'routes/null.jsx'), route('refused', 'routes/refused.jsx'), route('closed', 'routes/closed.jsx'), route('api/file', 'routes/file.js')];
