"""Does our engine answer as stock Rasa does? A small project, random conversations, two engines, one comparison."""
