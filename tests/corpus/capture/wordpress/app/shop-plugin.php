<?php
/* Plugin Name: Shop */
add_action('init', function () {
    switch ($_GET['boom'] ?? '') {
        case 'fatal': (function (array $lines) { return $lines; })(get_option('shop_lines', null)); break;
        case 'sql': global $wpdb; $wpdb->get_results("SELECT sku FROM wp_shop_items WHERE shelf = 7"); exit;
        case 'warning': header('Content-Type: application/json'); $o = []; echo json_encode(['total' => $o['sum']]); exit;
        case 'die': wp_die('<p>Ihr Warenkorb ist abgelaufen. Bitte beginnen Sie von vorn.</p>', 'Warenkorb abgelaufen', ['response' => 410, 'back_link' => true]);
        case 'notice': _doing_it_wrong('Shop::total', 'Total was asked before init.', '2.1'); exit;
    }
});
add_action('rest_api_init', function () {
    register_rest_route('shop/v1', '/total', ['callback' => fn () => intdiv(1, 0), 'permission_callback' => '__return_true']);
    register_rest_route('shop/v1', '/error', ['callback' => function () { global $wpdb; $wpdb->suppress_errors(); $wpdb->query('SELECT x FROM wp_shop_items'); return new WP_Error('db', $wpdb->last_error, ['status' => 500, 'query' => $wpdb->last_query]); }, 'permission_callback' => '__return_true']);
});
