#!/usr/bin/perl
use strict;
use CGI::Carp qw(fatalsToBrowser);
$total = 3;
print "Content-Type: text/plain\n\n$total";
