# The event loop of Tcl as a small server; errors told as Tcl tells them: message, or errorInfo
proc rate {region} { dict get {EU-1 1.9} $region }
proc tariff {} { set f [open /etc/shop/tariff.tcl]; read $f }
proc total {basket} { expr {[lindex $basket 0] * "many"} }
proc work name { switch $name { key {rate EU-3} file {tariff} type {total {2 3}} cmd {compute_total 7} var {set nothing} sock {socket 127.0.0.1 9} } }
proc serve {c a p} { fconfigure $c -translation crlf; gets $c l; while {[gets $c h] > 0} {}; lassign [split [lindex $l 1] /] - form name
  if {[catch {work $name} r o]} { set b [expr {$form eq "info" ? [dict get $o -errorinfo] : "<html><body><h1>Error</h1><p>$r</p></body></html>"}] } else { set b $r }
  set t [expr {$form eq "info" ? "text/plain" : "text/html"}]
  puts $c "HTTP/1.0 500 Internal Server Error\nContent-Type: $t\n"; fconfigure $c -translation lf; puts -nonewline $c $b; close $c }
socket -server serve -myaddr 127.0.0.1 [lindex $argv 0]
vwait forever
