/** RAM of machines that are made up, for the tests of whatever looks into RAM. */
package io.memflow.host.made;
