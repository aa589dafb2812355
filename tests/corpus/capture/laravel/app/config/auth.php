<?php return ['defaults' => ['guard' => 'web'], 'guards' => ['web' => ['driver' => 'token', 'provider' => 'users']], 'providers' => ['users' => ['driver' => 'database', 'table' => 'users']]];
