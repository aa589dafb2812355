#!/usr/bin/env bash
# Apollo Server 5 and GraphQL Yoga 5: with stack traces, without, and with masked errors.
. "$(dirname "$0")/../_lib/grab.sh"
begin graphql
npm_app /srv/graph @apollo/server@5 graphql@16 graphql-yoga@5 pg
postgres
cd /srv/graph
export PORT=18106
P=/graphql
q() { printf '{"query":"%s"}' "$1"; }
T='-H Content-Type:application/json'
export SERVER=apollo
NODE_ENV=development serve $PORT node server.mjs
D="Apollo Server 5, stack traces in the answer"
u apollo-type.json "stack as array" "$D, TypeError" / $T -d "$(q '{ me }')"
u apollo-sql.json "stack as array, SQL error" "$D, pg" / $T -d "$(q '{ search(text: \"ke\") { id } }')"
u apollo-null.json "stack as array" "$D, null for a non-null field" / $T -d "$(q '{ product(id: 1) { id name } }')"
u apollo-parse.json "stack as array" "$D, syntax error in the query" / $T -d "$(q '{ me')"
u apollo-several.json "stack as array" "$D, two errors beside data" / $T -d "$(q '{ stock(sku: \"KET-1\") me }')"
unserve
NODE_ENV=production serve $PORT node server.mjs
u apollo-prod-sql.json "SQL error" "Apollo Server 5, NODE_ENV=production, message of pg" / $T -d "$(q '{ search(text: \"ke\") { id } }')"
u apollo-prod-type.json "exception message" "Apollo Server 5, NODE_ENV=production, TypeError" / $T -d "$(q '{ me }')"
s apollo-prod-validation.json "validation" "Apollo Server 5, NODE_ENV=production, unknown field" / $T -d "$(q '{ products { id } }')"
s apollo-prod-parse.json "syntax of the client's query" "Apollo Server 5, NODE_ENV=production, syntax error in the query" / $T -d "$(q '{ me')"
s apollo-prod-code.json "domain error" "Apollo Server 5, NODE_ENV=production, GraphQLError of the domain" / $T -d "$(q 'mutation { buy(sku: \"KET-1\", quantity: 3) { id } }')"
s apollo-csrf.json "bad request" "Apollo Server 5, NODE_ENV=production, CSRF prevention" /
unserve
MASK=1 NODE_ENV=production serve $PORT node server.mjs
s apollo-masked.json "masked error" "Apollo Server 5, formatError that masks" / $T -d "$(q '{ search(text: \"ke\") { id } }')"
unserve
OLD=1 NODE_ENV=production serve $PORT node server.mjs
u apollo-exception.json "extensions.exception" "Apollo Server 5, formatError with extensions.exception as Apollo 3 did" / $T -d "$(q '{ discount }')"
unserve
export SERVER=yoga
serve $PORT node server.mjs
u yoga-type.json "exception message" "GraphQL Yoga 5, masking off, TypeError" $P $T -d "$(q '{ me }')"
u yoga-sql.json "SQL error" "GraphQL Yoga 5, masking off, pg" $P $T -d "$(q '{ search(text: \"ke\") { id } }')"
unserve
YOGADEV=1 serve $PORT node server.mjs
u yoga-dev.json "originalError with stack" "GraphQL Yoga 5, masking with isDev" $P $T -d "$(q '{ search(text: \"ke\") { id } }')"
unserve
MASK=1 serve $PORT node server.mjs
s yoga-masked.json "masked error" "GraphQL Yoga 5, masking on" $P $T -d "$(q '{ discount }')"
s yoga-variable.json "validation" "GraphQL Yoga 5, missing argument" $P $T -d "$(q '{ product { id } }')"
unserve
finish
