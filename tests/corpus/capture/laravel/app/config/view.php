<?php return ['paths' => ['/var/www/helpdesk/resources/views'], 'compiled' => '/var/www/helpdesk/storage/views'];
