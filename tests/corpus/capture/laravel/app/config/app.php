<?php
return [
    'name' => 'Helpdesk', 'env' => getenv('APP_ENV'), 'debug' => getenv('APP_DEBUG') === 'true', 'url' => 'http://helpdesk.example', 'timezone' => 'UTC', 'locale' => 'en', 'fallback_locale' => 'en',
    'key' => 'base64:c3RhZ2luZy1zdGFnaW5nLXN0YWdpbmctc3RhZ2luZzE=', 'cipher' => 'AES-256-CBC',
    'providers' => [
        Illuminate\Cache\CacheServiceProvider::class, Illuminate\Database\DatabaseServiceProvider::class, Illuminate\Encryption\EncryptionServiceProvider::class, Illuminate\Filesystem\FilesystemServiceProvider::class,
        Illuminate\Foundation\Providers\FoundationServiceProvider::class, Illuminate\Translation\TranslationServiceProvider::class, Illuminate\Validation\ValidationServiceProvider::class, Illuminate\View\ViewServiceProvider::class,
        Illuminate\Session\SessionServiceProvider::class, Illuminate\Auth\AuthServiceProvider::class, Illuminate\Hashing\HashServiceProvider::class, Illuminate\Cookie\CookieServiceProvider::class,
    ],
    'aliases' => [],
];
