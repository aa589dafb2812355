#lang racket
(require web-server/servlet web-server/servlet-env json db)
(define (handle req)
  (define path (map path/param-path (url-path (request-uri req))))
  (match path
    [(list "car") (response/xexpr `(p ,(car '())))]
    [(list "file") (response/xexpr `(p ,(call-with-input-file "/etc/shop/tariff.rktd" read)))]
    [(list "json") (with-handlers ([exn:fail? (lambda (e) (response/output #:code 500 #:mime-type #"application/json" (lambda (o) (write-json (hasheq 'error (exn-message e)) o))))]) (string->jsexpr "{\"sku\": }"))]
    [(list "contract") (with-handlers ([exn:fail? (lambda (e) (response/output #:code 500 #:mime-type #"text/plain" (lambda (o) (parameterize ([current-error-port o]) ((error-display-handler) (exn-message e) e)))))]) (vector-ref (vector 1 2) 7))]
    [(list "connect") (with-handlers ([exn:fail? (lambda (e) (response/output #:code 502 #:mime-type #"text/plain" (lambda (o) (display (exn-message e) o))))]) (postgresql-connect #:user "shop" #:database "shop" #:password "hunter2-staging" #:server "localhost" #:port 9))]
    [_ (response/output #:code 404 #:mime-type #"text/plain" (lambda (o) (display "There is no such page in this shop." o)))]))
(serve/servlet handle #:port (string->number (vector-ref (current-command-line-arguments) 0)) #:listen-ip "127.0.0.1" #:command-line? #t #:servlet-regexp #rx"^/(car|file|json|contract|connect|none)$" #:banner? #f)
