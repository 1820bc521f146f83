/** Where guest kernels come from: Debian packages of any suite, unpacked into the user's cache. */
package io.memflow.guest.kernel;
