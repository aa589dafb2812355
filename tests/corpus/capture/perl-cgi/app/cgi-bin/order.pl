#!/usr/bin/perl -w
use strict;
use CGI;
use CGI::Carp qw(fatalsToBrowser warningsToBrowser);
use DBI;

my $q = CGI->new;
my $case = $q->param('case') || '';
if ($case eq 'sql') { my $db = DBI->connect("dbi:SQLite:dbname=/usr/lib/cgi-bin/o.db", "", "", {RaiseError => 1}); $db->do("INSERT INTO orders VALUES (1)"); }
if ($case eq 'open') { open(my $f, '<', '/home/httpd/data/orders.txt') or die "Can't open /home/httpd/data/orders.txt: $!"; }
if ($case eq 'confess') { CGI::Carp::confess("order 7 has no lines"); }
if ($case eq 'mysql') { DBI->connect("DBI:mysql:database=shop;host=db.internal.shop.example;port=3398", "shop", "hunter2-staging", {RaiseError => 1}); }
if ($case eq 'pg') { DBI->connect("dbi:Pg:dbname=shop;host=db.internal.shop.example;port=5999", "shop", "hunter2-staging", {RaiseError => 1}); }
print $q->header('text/html');
if ($case eq 'warn') { my $x; print "<p>Total: " . $x . "</p>"; warningsToBrowser(1); }
