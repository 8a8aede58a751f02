"""What servers send that is none of the protocol, loaded where it is met. Pure."""
