exports.keys = 'invented'; exports.security = { csrf: { enable: false } };
