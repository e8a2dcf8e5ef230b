package dev.rowhound.front;

import java.io.IOException;
import java.net.URI;

/** The front ends that files are shipped for. */
public enum Kind {
    /** Debian's nginx. */
    NGINX {
        @Override
        public Front plain(URI upstream) throws IOException {
            return Nginx.plain(upstream);
        }

        @Override
        public Front shipped(Shipped how) throws IOException {
            return Nginx.shipped(how);
        }
    },
    /** Debian's Apache httpd. */
    APACHE {
        @Override
        public Front plain(URI upstream) throws IOException {
            return Apache.plain(upstream);
        }

        @Override
        public Front shipped(Shipped how) throws IOException {
            return Apache.shipped(how);
        }
    },
    /** Debian's HAProxy. */
    HAPROXY {
        @Override
        public Front plain(URI upstream) throws IOException {
            return HaProxy.plain(upstream);
        }

        @Override
        public Front shipped(Shipped how) throws IOException {
            return HaProxy.shipped(how);
        }
    };

    /** Starts one with no setting but the address. */
    public abstract Front plain(URI upstream) throws IOException;

    /** Starts one with the shipped file. */
    public abstract Front shipped(Shipped how) throws IOException;
}
