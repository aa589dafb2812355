export function GET() { return { beds: 3 }; }
