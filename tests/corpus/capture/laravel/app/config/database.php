<?php
return ['default' => 'mysql', 'connections' => [
    'mysql' => ['driver' => 'mysql', 'host' => 'db.internal.shop.example', 'port' => getenv('MYPORT'), 'database' => 'shop', 'username' => 'shop', 'password' => 'hunter2-staging', 'charset' => 'utf8mb4', 'collation' => 'utf8mb4_unicode_ci', 'prefix' => ''],
    'pgsql' => ['driver' => 'pgsql', 'host' => 'db.internal.shop.example', 'port' => 5999, 'database' => 'helpdesk', 'username' => 'helpdesk', 'password' => 'hunter2-staging', 'charset' => 'utf8', 'schema' => 'public'],
    'memory' => ['driver' => 'sqlite', 'database' => '/var/www/helpdesk/empty.sqlite', 'prefix' => ''],
]];
