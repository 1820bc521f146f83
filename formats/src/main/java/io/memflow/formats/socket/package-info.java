/** How Linux' sockets and internet addresses are written: names of protocols, text of addresses. */
package io.memflow.formats.socket;
