/** The machine the guests run on: its programs, and the packages they come from. */
package io.memflow.guest.host;
