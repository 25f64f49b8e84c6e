"""What `hotline bench` promises: fair load, honest figures, a stock project made of our own data."""
