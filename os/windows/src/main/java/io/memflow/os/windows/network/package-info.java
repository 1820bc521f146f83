/** Sockets of a Windows machine, as {@code tcpip.sys} keeps them. */
package io.memflow.os.windows.network;
