use strict; use warnings;
package Depot; use Catalyst; our $VERSION = '1.4';
__PACKAGE__->config(name => 'Depot', disable_component_resolution_regex_fallback => 1, 'Plugin::ConfigLoader' => {}, database => { dsn => 'dbi:Pg:dbname=depot;host=db.internal.shop.example', user => 'depot', password => 'hunter2-staging' });
package Depot::Controller::Root; $INC{'Depot/Controller/Root.pm'} = __FILE__;
use base 'Catalyst::Controller'; __PACKAGE__->config(namespace => '');
use DBI;
sub null :Local { my ($self, $c) = @_; my $parcel; $c->res->body($parcel->weight) }
sub sql :Local { my ($self, $c) = @_; my $d = DBI->connect('dbi:SQLite:dbname=:memory:', '', '', { RaiseError => 1, PrintError => 0 }); $d->selectall_arrayref('select zone from tariffs') }
sub file :Local { my ($self, $c) = @_; open my $f, '<', '/srv/depot/tariffs.csv' or die "cannot read tariffs: $!" }
sub view :Local { my ($self, $c) = @_; $c->forward('Depot::View::HTML') }
sub message :Local { my ($self, $c) = @_; eval { my %h = (a => 1); my $x = 'KET-1'; my $y = $x->{zone}; }; $c->res->status(500); $c->res->content_type('application/json'); (my $m = $@) =~ s/"/\\"/g; chomp $m; $c->res->body(qq({"error":"$m"})) }
sub closed :Local { my ($self, $c) = @_; $c->res->status(503); $c->res->content_type('text/plain'); $c->res->body("The depot is closed until Monday\n") }
sub default :Path { my ($self, $c) = @_; $c->res->status(404); $c->res->body('Page not found') }
package main; Depot->setup($ENV{DEPOT_DEBUG} ? '-Debug' : ()); Depot->psgi_app;
