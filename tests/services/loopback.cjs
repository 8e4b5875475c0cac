// node -r loopback.cjs SERVER: the server's listen(port) is made to mean one loopback address, in LISTEN_HOST, instead
// of every interface of the machine.
const { Server } = require("node:net");

const listen = Server.prototype.listen;
Server.prototype.listen = function (first, ...rest) {
  const host = process.env.LISTEN_HOST;
  const options = first !== null && typeof first === "object" ? { ...first, host } : { port: Number(first), host };
  const callback = rest.find((argument) => typeof argument === "function");
  return callback ? listen.call(this, options, callback) : listen.call(this, options);
};
