require('egg').startCluster({ baseDir: __dirname, workers: 1, port: +process.argv[2] });
