# A vineyard's service that hands on $@: as it is, or without the place, as many do.
use strict; use warnings;
use JSON::PP; use LWP::UserAgent; use Template; use XML::LibXML; use DBI; use DateTime; use Storable ();
package Barrel { use Moo; has litres => (is => 'ro', required => 1, isa => sub { die "$_[0] is not a number" unless $_[0] =~ /^\d+$/ }); }
package Cask { use Moose; has grape => (is => 'ro', isa => 'Str', required => 1); has years => (is => 'ro', isa => 'Int'); }
package main;
my %fault = (
  method => sub { my $b = bless {}, 'Vat'; $b->press }, class => sub { Winery::Press->new }, undef => sub { my $v; $v->press }, unblessed => sub { my $v = {}; $v->press },
  array => sub { my $v = {}; my @x = @$v }, code => sub { my $v = 'press'; $v->() }, zero => sub { my $n = 0; 7 / $n }, readonly => sub { for (1) { $_ = 2 } }, module => sub { require Winery::Labels },
  sub => sub { no strict; &{'press_all'}() }, sqrt => sub { sqrt(-1) }, sprintf => sub { use warnings FATAL => 'all'; sprintf '%d', 'many' }, uninit => sub { use warnings FATAL => 'all'; my $v; "litres: $v" },
  substr => sub { use warnings FATAL => 'all'; my $v = 'ab'; substr($v, 5, 1) = 'x' }, pattern => sub { my $p = 'red('; 'x' =~ /$p/ },
  json => sub { JSON::PP::decode_json('<html>') }, encode => sub { JSON::PP::encode_json({ v => bless {}, 'Vat' }) }, lwp => sub { my $r = LWP::UserAgent->new->get('http://127.0.0.1:23997/grapes'); die $r->status_line unless $r->is_success },
  template => sub { my $t = Template->new(INCLUDE_PATH => '/srv/vineyard/views'); $t->process('bill.tt', {}, \my $o) or die $t->error }, directive => sub { my $t = Template->new; $t->process(\'[% FOREACH x IN %]', {}, \my $o) or die $t->error . "\n" },
  plugin => sub { my $t = Template->new; $t->process(\'[% USE Vintage %]', {}, \my $o) or die $t->error . "\n" }, xml => sub { XML::LibXML->load_xml(string => '<a><b></a>') }, xpath => sub { XML::LibXML->load_xml(string => '<a/>')->findnodes('//a[') },
  isa => sub { Barrel->new(litres => 'many') }, moose => sub { Cask->new(grape => []) }, date => sub { DateTime->new(year => 2026, month => 13) },
  sql => sub { DBI->connect('dbi:SQLite::memory:', '', '', { RaiseError => 1, PrintError => 0 })->do('update barrels set litres = 3') }, driver => sub { DBI->connect('dbi:Oracle:vineyard', 'v', 'hunter2-staging', { RaiseError => 1, PrintError => 0 }) },
  open => sub { use autodie; open my $f, '<', '/srv/vineyard/harvest.csv' }, storable => sub { Storable::retrieve('/srv/vineyard/cache.sto') },
);
sub {
  my (undef, $form, $name) = split m{/}, $_[0]{PATH_INFO};
  return [503, ['Content-Type' => 'text/plain'], ["The vineyard is closed until the harvest is in.\n"]] if $form eq 'closed';
  return [404, ['Content-Type' => 'text/plain'], ["No such wine\n"]] unless $name && $fault{$name};
  eval { $fault{$name}->(); 1 } and return [200, [], ['ok']];
  my $e = "$@"; my $json = JSON::PP->new->canonical;
  if ($form =~ /^short/) { $e =~ s/ at \S+ line \d+\.?\n.*//s; chomp $e }
  return [500, ['Content-Type' => 'text/plain'], ["Error: $e"]] if $form =~ /text$/;
  return [500, ['Content-Type' => 'text/html'], ["<html><head><title>Vineyard</title></head><body><h1>Sorry</h1><p>$e</p></body></html>"]] if $form =~ /html$/;
  [500, ['Content-Type' => 'application/json'], [$json->encode({ error => $e })]];
};
