export default defineEventHandler(() => { throw createError({ statusCode: 503, statusMessage: 'Closed in winter', data: { until: '2027-03-01' } }); });
