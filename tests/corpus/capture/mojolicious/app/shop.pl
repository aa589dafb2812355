#!/usr/bin/env perl
use Mojolicious::Lite -signatures;
use DBI;
use Mojo::JSON qw(decode_json);

helper db => sub ($c) { DBI->connect("dbi:SQLite:dbname=/srv/bookshop/books.db", "", "", {RaiseError => 1, PrintError => 0}) };
get '/undef' => sub ($c) { my $cart; $c->render(text => $cart->total) };
get '/sql' => sub ($c) { $c->render(json => $c->db->selectall_arrayref("SELECT isbn FROM books WHERE author = ?", {}, "x")) };
get '/json' => sub ($c) { $c->render(json => decode_json('{"a": nul}')) };
get '/template' => sub ($c) { $c->render('order', order => {}) };
get '/missing' => sub ($c) { $c->render(template => 'invoice') };
get '/file' => sub ($c) { open my $f, '<', '/srv/bookshop/etc/prices.csv' or die "Cannot open /srv/bookshop/etc/prices.csv: $!"; $c->render(text => <$f>) };
get '/promise' => sub ($c) { $c->ua->get_p('http://inventory:8089/stock/7')->then(sub { $c->render(text => 'ok') }) };
get '/api' => sub ($c) { eval { $c->db->do("DELETE FROM boks"); 1 } or $c->render(json => {error => "$@"}, status => 500) };
get '/obj' => sub ($c) { eval { Mojo::Exception->throw('stock of shelf 7 is negative') } or $c->render(text => $@->verbose(1)->to_string, status => 500, format => 'txt') };
app->start;
__DATA__
@@ order.html.ep
<h1>Order</h1>
% for my $line (@{$order->{lines}}) {
  <li><%= $line->{name} %></li>
% }
<p>Total: <%= $order->total %></p>
