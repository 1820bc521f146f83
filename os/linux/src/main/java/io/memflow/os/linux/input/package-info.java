/** Input devices and the keys that are held down on them. */
package io.memflow.os.linux.input;
