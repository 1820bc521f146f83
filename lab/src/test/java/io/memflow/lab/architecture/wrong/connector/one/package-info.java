/** Wrong on purpose. */
package io.memflow.lab.architecture.wrong.connector.one;
