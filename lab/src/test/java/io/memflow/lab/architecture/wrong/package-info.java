/** A house with one fault of each kind, to see that the rules find it. */
package io.memflow.lab.architecture.wrong;
