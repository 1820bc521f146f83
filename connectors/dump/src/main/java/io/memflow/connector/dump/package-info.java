/** The connector that reads memory images from files. */
package io.memflow.connector.dump;
