"""A question whose answer has something of everything that is drawn. Pure data.

It is what `mimo demo` asks, and what the picture in the README shows (`docs/picture.py`).
"""

QUESTION = "how far does a thrown ball fly?"

ANSWER = r'''## How far a ball flies

Without air, a ball thrown with speed $v$ at an angle $\alpha$ lands this far away:

$$
R = \frac{v^2 \sin 2\alpha}{g}
$$

- **45°** takes it farthest: there $\sin 2\alpha = 1$.
- Twice the speed is *four times* the distance.

```python
from math import radians, sin

def distance(speed: float, angle: float, g: float = 9.81) -> float:
    """Metres, for metres per second and degrees."""
    return speed**2 * sin(2 * radians(angle)) / g
```

| angle | at 10 m/s | at 20 m/s |
|------:|----------:|----------:|
|   30° |     8.8 m |    35.3 m |
|   45° |    10.2 m |    40.8 m |
|   60° |     8.8 m |    35.3 m |

> 用中文说：不计空气阻力，以 45° 抛出的球飞得最远。'''
