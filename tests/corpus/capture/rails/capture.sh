#!/bin/bash
# Rails: development (HTML, text, API JSON) and production with the error pages that `rails new` makes. Debian: ruby-railties ruby-activerecord ruby-sqlite3 ruby-pg puma.
. "$(dirname "$0")/../shoot.sh"
. "$(dirname "$0")/../databases.sh"; hosts
APP=/srv/library
rm -rf $APP; cp -r "$HERE/app" $APP; mkdir -p $APP/log $APP/tmp $APP/public
GEN=$(ruby -e 'print Gem.loaded_specs["railties"]&.full_gem_path || Gem::Specification.find_by_name("railties").full_gem_path')
for f in 404 422 500; do cp $GEN/lib/rails/generators/rails/app/templates/public/$f.html $APP/public/ 2>/dev/null; done
stack rails
V="Rails $(ruby -e 'require "rails/version"; print Rails.version')"
B=http://127.0.0.1:21042
H="Accept: text/html"
ENVIRON+=(RAILS_ENV=development)
up 21042 $APP /usr/bin/ruby app.rb
u() { shot "$1" unsafe "$2" "$V, $3" -H "Accept: ${5:-text/html}" "$B/$4"; }
u debug-nil.html "debug page" "development, NoMethodError of nil" loans/nil
u debug-route.html "debug page" "development, no route matches" nothing
u debug-record.html "debug page" "development, ActiveRecord::RecordNotFound" books/44
u debug-const.html "debug page" "development, uninitialized constant" loans/const
shot xhr-unique.txt unsafe "stack trace" "$V, development, XHR, ActiveRecord::RecordNotUnique, text" -H "X-Requested-With: XMLHttpRequest" $B/loans/unique
shot xhr-column.txt unsafe "stack trace" "$V, development, XHR, no such column, text" -H "X-Requested-With: XMLHttpRequest" $B/books
shot xhr-param.txt unsafe "stack trace" "$V, development, XHR, ParameterMissing with a suggestion, text" -H "X-Requested-With: XMLHttpRequest" -X POST $B/books
shot xhr-inline.txt unsafe "stack trace" "$V, development, XHR, ActionView::Template::Error, text" -H "X-Requested-With: XMLHttpRequest" $B/page
shot xhr-cause.txt unsafe "stack trace" "$V, development, XHR, exception with cause, text" -H "X-Requested-With: XMLHttpRequest" $B/loans/cause
down
ENVIRON+=(API=1)
up 21042 $APP /usr/bin/ruby app.rb
shot api-null.json unsafe "stack trace" "$V, development, API, ActiveRecord::NotNullViolation" -H "Accept: application/json" $B/loans/null
shot api-nil.json unsafe "stack trace" "$V, development, API, NoMethodError" -H "Accept: application/json" $B/loans/nil
shot api-nil.xml unsafe "stack trace" "$V, development, API, NoMethodError, XML" -H "Accept: application/xml" $B/loans/nil.xml
shot api-json.json unsafe "stack trace" "$V, development, API, request is no JSON" -H "Accept: application/json" -H "Content-Type: application/json" -d '{"book":' $B/books
down
ENVIRON+=(RAILS_ENV=production)
up 21042 $APP /usr/bin/ruby app.rb
shot message-trace.json unsafe "stack trace" "$V, production, application sends class, message and traces" $B/loans/message
shot fault.xml unsafe "exception" "$V, production, application sends message and place in XML" $B/loans/xml
shot prod-validation.json safe "validation" "$V, production, record errors" -H "Content-Type: application/json" -d '{"book":{"title":"","isbn":"12"}}' $B/books
shot prod-500.json safe "generic error" "$V, production, 500, JSON" -H "Accept: application/json" $B/loans/nil
shot prod-400.xml safe "generic error" "$V, production, parameter missing, XML" -H "Accept: application/xml" -X POST $B/books.xml
down
ENVIRON+=(DATABASE_URL=postgresql://shop:hunter2-staging@db.internal.shop.example:5999/shop)
up 21042 $APP /usr/bin/ruby app.rb
shot pg-refused.json unsafe "database error" "$V, production, application sends PG::ConnectionBad" $B/loans/pg
down
ENVIRON+=(API=0 DATABASE_URL=sqlite3:/srv/library/library.sqlite3)
up 21042 $APP /usr/bin/ruby app.rb
shot prod-500.html safe "generic page" "$V, production, public/500.html" -H "$H" $B/loans/nil
shot prod-404.html safe "generic page" "$V, production, public/404.html" -H "$H" $B/nothing
finish
