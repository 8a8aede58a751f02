"""Tools: what the model may ask for, as it is offered, called and answered."""
