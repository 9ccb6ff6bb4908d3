// Loaded before the server: every listener goes to a free port of the loopback address and says which, by the name that
// its port had in the environment, and the process ends with the one that started it.
const net = require('net');

const names = { 1: 'tls', 2: 'plain' };
const listen = net.Server.prototype.listen;

net.Server.prototype.listen = function (port, callback) {
  this.once('listening', () => console.log(`${names[port]}-port=${this.address().port}`));
  return listen.call(this, { port: 0, host: '127.0.0.1' }, callback);
};
process.stdin.on('end', () => process.exit(0)).resume();
